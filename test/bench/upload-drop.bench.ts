import type { Bench } from './bench.ts'
import { dropTo, prepareUpload } from './uploads.ts'

export const bench: Bench = {
  what: 'a file of 1 GiB dropped on the owner’s page, against a bare server that hashes a request to disk',
  aim: { rate: 0.95 },
  unit: 'MB/s',
  also: [{ what: '– memory of the web process above idle', aim: { most: 60 }, unit: 'MB' }],
  prepare: async (size, ending) => prepareUpload(size, ending, dropTo),
}
