import { templates } from './templates';

export { cut, hole } from './holes';

/** Made while this is loaded: what loads it lets go of dictionaries and all when it has done so. */
export const languages = await templates();
