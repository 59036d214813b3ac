import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Well under what V8 lets pile up outside its heap before it walks through all of it.
const every = 8 * 1024 * 1024

let spent = 0
let collect: ((options: { type: 'minor' }) => void) | undefined

/**
 * Says that so many bytes of a stream are done with. Their buffers lie outside the heap, where V8 sees them pile up but
 * seldom has reason to look among the young; it would search the whole heap, page templates and all, forty times a gigabyte.
 */
export function spend(bytes: number): void {
  spent += bytes
  if (spent < every) return
  spent = 0
  collect ??= findCollector()
  collect({ type: 'minor' })
}

function findCollector(): NonNullable<typeof collect> {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as NonNullable<typeof collect>
}
