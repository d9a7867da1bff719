// sharp, held to what is needed of it: three decoders, no memory of earlier pictures, one thread.

import sharp, { type Sharp } from 'sharp';

// For the whole process. libvips knows loaders that run programs and read other files.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
});
sharp.cache(false);
sharp.concurrency(1);

export { type Sharp, sharp };
