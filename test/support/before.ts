import { prepareTemplate } from './cluster.ts'

await prepareTemplate()
