/** Statements kept under a name at most; each costs every connection that runs it some 80 kB. */
const mostNames = 250
/** A statement asked for so often is worth a name; most are asked for at every page, some never again. */
const uses = 3
/** Statements counted at most before counting begins anew, and the length of one that is counted. */
const mostCounted = 2_000
const mostLength = 10_000

/**
 * Names for the statements that come again and again, so that a connection plans each once instead of every time.
 * Answers undefined for all others: lists of varying length make new texts for ever.
 */
export function nameStatements(): (statement: string) => string | undefined {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  return (statement) => {
    const known = names.get(statement)
    if (known || names.size === mostNames || statement.length > mostLength) return known
    const count = (counts.get(statement) ?? 0) + 1
    if (count < uses) {
      if (counts.size === mostCounted) counts.clear()
      counts.set(statement, count)
      return undefined
    }
    counts.delete(statement)
    const name = `tickmark_${names.size + 1}`
    names.set(statement, name)
    return name
  }
}
