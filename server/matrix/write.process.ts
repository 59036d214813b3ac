import { parentPort } from 'node:worker_threads'
import { freeze } from './freeze.ts'
import { knowHash } from './hash.ts'
import { openReading } from './kept.ts'
import type { Task } from './write.ts'
import { writers } from './writers.ts'

parentPort?.on('message', (task: Task) => void run(task))

async function run(task: Task): Promise<void> {
  if (task.kind === 'freeze') {
    parentPort!.postMessage(freeze(task), [])
  } else {
    const bytes = new Uint8Array(task.kind === 'part'
      ? await (await import('./part-word.ts')).writePart(task.name, task.facts)
      : await writers[task.format](knowHash(openReading(task.reading), task.contentSha256)))
    parentPort!.postMessage(bytes, [bytes.buffer])
  }
}
