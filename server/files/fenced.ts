import { spawn, type ChildProcess, type IOType } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { handSource, takesSource } from './child-source.ts'

/** `words` are what the program is told besides the path; `draws` lets it load its library's native code. */
export type Fenced = {
  readonly program: URL
  readonly path: string
  readonly words: readonly string[]
  readonly heapMb: number
  readonly draws?: boolean
  readonly stdio: readonly [input: IOType, output: 'pipe', complaints: IOType]
}

const ownFiles = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Starts a program of ours that opens somebody's file in a process of its own. It may read that file and the program's
 * own, write nothing, start nothing, and knows no secret.
 */
export function startFenced({ program, path, words, heapMb, draws = false, stdio }: Fenced): ChildProcess {
  const rights = ['--permission', `--allow-fs-read=${ownFiles}*`, `--allow-fs-read=${path}`, ...draws ? ['--allow-addons'] : []]
  // The child starts through env -i, because options for Node that tools slip into every child's environment would break its fence.
  const child = spawn('/usr/bin/env', [
    '-i', process.execPath, `--max-old-space-size=${heapMb}`, ...rights, '--no-warnings', takesSource, fileURLToPath(program), path, ...words,
  ], { stdio: [...stdio, 'pipe'], env: {} })
  handSource(child, program)
  return child
}
