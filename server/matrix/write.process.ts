import { parentPort, workerData } from 'node:worker_threads'
import { writeCsv } from './csv.ts'
import { writeDocument } from './docx.ts'
import type { Reading } from './reading.ts'
import type { WritingTask } from './write.ts'
import { writeWorkbook } from './xlsx.ts'

const writers = {
  xlsx: writeWorkbook,
  docx: writeDocument,
  csv: async (reading: Reading) => Buffer.from(writeCsv(reading), 'utf8'),
}

if (parentPort) {
  const { reading, format } = workerData as WritingTask
  const bytes = Uint8Array.from(await writers[format](JSON.parse(reading) as Reading))
  parentPort.postMessage(bytes, [bytes.buffer])
}
