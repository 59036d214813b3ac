import { parentPort, workerData } from 'node:worker_threads'
import { writeGapDocument, writeGapWorkbook } from './gap-file.ts'
import type { GapReport } from './gap-report.ts'
import type { WritingTask } from './write.ts'

if (parentPort) {
  const { report, format } = workerData as WritingTask
  const bytes = Uint8Array.from(await (format === 'xlsx' ? writeGapWorkbook : writeGapDocument)(JSON.parse(report) as GapReport))
  parentPort.postMessage(bytes, [bytes.buffer])
}
