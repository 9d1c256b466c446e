-- Live updates do not travel by Orleans' streams any more: nobody reads who had subscribed to them.
delete from OrleansStorage where GrainTypeString ilike '%pubsub%';
