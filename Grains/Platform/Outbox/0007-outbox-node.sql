-- A message that works on files of one node's disk: only that node carries it out, whenever it is there again.
alter table outbox add column node text;
