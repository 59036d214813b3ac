import { testCluster } from './cluster.ts'

const cluster = await testCluster()
await cluster.stop()
