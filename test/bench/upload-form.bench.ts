import type { Bench } from './bench.ts'
import { prepareUpload } from './uploads.ts'

const boundary = '----tickmark-bench-0123456789abcdef'

export const bench: Bench = {
  what: 'a file of 1 GiB sent by the form of the owner’s page, against a bare server that hashes a request to disk',
  aim: { rate: 0.8 },
  unit: 'MB/s',
  also: [{ what: '– memory of the web process above idle', aim: { most: 60 }, unit: 'MB' }],
  prepare: async (size, ending) => prepareUpload(size, ending, ({ path, cookie }, address, bytes) => ({
    url: `${address}${path}/files`, bytes, headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': `multipart/form-data; boundary=${boundary}` },
    before: `--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="dump.bin"\r\ncontent-type: application/octet-stream\r\n\r\n`, after: `\r\n--${boundary}--\r\n`,
  })),
}
