import { startQueue, type Handlers } from '../../server/jobs/queue.ts'

// Takes one kind of job and never ends it, until killed.
const handlers = { make_preview: async () => await new Promise<void>(() => {}) } as unknown as Handlers
await startQueue({ queueUrl: process.argv[2] ?? '', handlers, log: () => {} })
process.send?.('ready')
