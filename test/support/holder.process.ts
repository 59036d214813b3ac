import { startEmbedded } from '../../server/database/embedded.ts'

// Holds the database of one data directory, says so, and lets go when told to.
const embedded = await startEmbedded({ dataDir: process.argv[2] ?? '', log: () => {} })
process.send?.(embedded.ownerUrl)
process.once('message', () => {
  void embedded.stop().then(() => process.exit())
})
