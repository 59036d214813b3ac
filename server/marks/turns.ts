import { takeTurns } from '../jobs/turns.ts'

/** What somebody waits for on a page and a process of its own does; each may take 30 s, a processor and 512 MB. */
export const takeProcess = takeTurns({ atOnce: 2, line: 12, sentence: 'Too many people look into files at this moment.' })
