/** What still stands in the way, and which page settles it: a control, a criterion, a test line, an exception or the notes of a test, by its number. */
export type Blocker = { kind: 'control' | 'criterion' | 'test' | 'exception' | 'design' | 'note' | 'sentence', id: string, why: string }

/** One condition of the final report; `figure` is how many of how many meet it ('40 of 41'), or what is left of cells. */
export type Condition = { key: ConditionKey, name: string, figure: string, blockers: Blocker[] }

export type ConditionKey = 'wording' | 'covered' | 'mapped' | 'design' | 'concluded' | 'signed' | 'notes' | 'cells' | 'exceptions' | 'sentences'

/** A condition on each of `all`, met where `find` finds nothing. */
export function condition<T>(key: ConditionKey, name: string, all: readonly T[], find: (one: T) => Blocker[]): Condition {
  const found = all.map(find)
  const done = found.filter((blockers) => blockers.length === 0).length
  return { key, name, figure: `${done} of ${all.length}`, blockers: found.flat() }
}
