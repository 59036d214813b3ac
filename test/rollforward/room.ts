import { runInTurn } from '../support/in-turn.ts'

await runInTurn(import.meta.dirname)
