import type { ReadEngagement, ReadException, ResultFacts, Sentence } from './reading.ts'
import { tie, write, writeDay } from './sentence.ts'

type Period = Pick<ReadEngagement, 'from' | 'to'>

/** Results of tests, generated from the counts of the line: the sentences of domain section 7 in our own wording. */
export function resultsOfTests(line: ResultFacts, engagement: Period): Sentence[] {
  const [first, ...others] = conclude(line, engagement)
  const opening = line.noOccurrence ? '' : describeSpan(line, engagement)
  return first ? [opening === '' ? first : write`${opening}: ${first}`, ...others] : []
}

/** What a carved-out organization's part of a criterion reads like; `alone` where no control of the client helps to meet it. */
export function carvedOut(organizations: readonly string[], alone: boolean): string {
  return `Met ${alone ? 'only' : 'in part'} through controls expected of ${organizations.join(' and ')}; not tested here.`
}

/** A criterion's own exception, which no control is about. */
export function criterionNoted({ problem }: ReadException): string {
  const clause = cleanClause(problem)
  return `Exception noted. ${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`
}

function conclude(line: ResultFacts, period: Period): Sentence[] {
  const { counts } = line
  if (line.noOccurrence) return [noOccurrence(line, line.noOccurrence, period)]
  if (counts.cells === 0) return [write`Not tested yet.`]
  const results: Sentence[] = []
  if (counts.deviatingItems > 0) results.push(exceptionNoted(line))
  if (counts.pendingItems > 0) {
    results.push(write`Testing in progress: results are pending for ${tie(counts.pendingItems, 'items with a pending result', { result: 'pending' })} of ${selected(line)}.`)
  }
  return results.length > 0 ? results : [write`No exceptions noted.`]
}

// A line about a part of the period says which, and a second test after a remediation that it is one; both lines stay.
function describeSpan({ span, retestOf }: ResultFacts, { from, to }: Period): string {
  const again = retestOf === null ? '' : 'Tested again'
  if (!span || (span.from === from && span.to === to)) return again
  const words = span.from === from ? `in the period to ${writeDay(span.to)}` : span.to === to ? `in the period from ${writeDay(span.from)}` : `from ${writeDay(span.from)} to ${writeDay(span.to)}`
  return again === '' ? words.charAt(0).toUpperCase() + words.slice(1) : `${again} ${words}`
}

function noOccurrence({ span }: ResultFacts, { event, procedure }: { event: string, procedure: string }, period: Period): Sentence {
  const from = span?.from ?? period.from
  const to = span?.to ?? period.to
  const during = from && to ? ` from ${writeDay(from)} to ${writeDay(to)}` : ''
  return write`Not tested. No ${event} took place${during}, as corroborated by ${procedure}; the control therefore had no occasion to operate.`
}

function exceptionNoted(line: ResultFacts): Sentence {
  const { counts, itemNoun, kind } = line
  const problem = describeProblem(line)
  const affected = tie(counts.deviatingItems, 'deviating items', { result: 'deviation' })
  const span = line.exceptions.find(({ state }) => state !== 'cleared')?.span
  if (kind === 'configuration' && span) return write`Exception noted. From ${writeDay(span.from)} to ${writeDay(span.to)}, ${problem}.`
  if (kind !== 'sample' && counts.items === 1) return write`Exception noted. ${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`
  if (span && /^(?:the control was )?not in (?:operation|place)$/i.test(problem)) return write`Exception noted. The control was not in operation from ${writeDay(span.from)} to ${writeDay(span.to)}.`
  if (counts.perAttribute.filter(({ deviations }) => deviations > 0).length > 1 && line.exceptions.every(({ state, late }) => state === 'cleared' || !late)) {
    const meanings = attributeMeanings(line)
    if (meanings) return severalNoted(line, meanings)
  }
  const rates = attributeRates(line)
  const noted = counts.perAttribute.filter(({ deviations }) => deviations > 0).length > 1 ? 'Exceptions noted' : 'Exception noted'
  if (counts.parts) {
    const { first, further } = counts.parts
    const firstItems = tie(first.items, 'items first selected', { part: 'first' })
    const second = tie(further.items, 'items selected in addition', { part: 'further' })
    const alsoAffected = tie(further.deviatingItems, 'deviating items among those selected in addition', { part: 'further', result: 'deviation' })
    if (first.deviatingItems === 0) {
      return write`${noted}. The first ${firstItems} ${itemNoun} selected showed none; for ${alsoAffected} of a further ${second} selected, ${problem}.${rates}`
    }
    const tail = further.deviatingItems === 0 ? write`none deviated` : write`of these, ${alsoAffected} also deviated`
    const were = further.items === 1 ? 'was' : 'were'
    const firstAffected = tie(first.deviatingItems, 'deviating items among those first selected', { part: 'first', result: 'deviation' })
    return write`${noted}. For ${firstAffected} of the first ${firstItems} ${itemNoun} selected, ${problem}. A further ${second} ${were} selected; ${tail}.${rates}`
  }
  // While results are pending not all of them were tested, whatever was selected.
  if (line.wholePopulation && counts.pendingItems === 0) {
    return write`${noted}. All ${tie(counts.items, 'items tested')} ${itemNoun} in the period were tested; for ${affected} of them, ${problem}.${rates}`
  }
  return write`${noted}. For ${affected} of ${selected(line)}, ${problem}.${rates}`
}

// What each deviating attribute lacked, with its own count; null where it is not said of one of them.
function attributeMeanings({ counts, attributes }: ResultFacts): Sentence | null {
  const said = counts.perAttribute.filter(({ deviations }) => deviations > 0).map(({ attribute, applicable, deviations }) => {
    const meaning = attributes.find(({ letter }) => letter === attribute)?.problem.trim().replace(/\.+$/, '') ?? ''
    const lacking = tie(deviations, `deviations from attribute ${attribute}`, { attribute, result: 'deviation' })
    if (meaning === '') return null
    if (applicable === counts.items) return write`for ${lacking}, ${meaning}`
    return write`for ${lacking} of the ${tie(applicable, `items to which attribute ${attribute} applied`, { attribute, result: 'applied' })} to which it applied, ${meaning}`
  })
  const whole = said.filter((one) => one !== null)
  return whole.length === said.length ? whole.reduce((all, one) => write`${all}; ${one}`) : null
}

function severalNoted(line: ResultFacts, meanings: Sentence): Sentence {
  const { counts, itemNoun, wholePopulation } = line
  const affected = tie(counts.deviatingItems, 'deviating items', { result: 'deviation' })
  const were = counts.deviatingItems === 1 ? 'was' : 'were'
  if (counts.parts) {
    const { first, further } = counts.parts
    const [firstItems, second] = [tie(first.items, 'items first selected', { part: 'first' }), tie(further.items, 'items selected in addition', { part: 'further' })]
    const inFirst = tie(first.deviatingItems, 'deviating items among those first selected', { part: 'first', result: 'deviation' })
    const inFurther = tie(further.deviatingItems, 'deviating items among those selected in addition', { part: 'further', result: 'deviation' })
    return write`Exceptions noted. Of the first ${firstItems} ${itemNoun} selected and a further ${second}: ${meanings}. In total ${affected} of them ${were} affected, ${inFirst} of the first and ${inFurther} of the further.`
  }
  // While results are pending not all of them were tested, whatever was selected.
  const opening = wholePopulation && counts.pendingItems === 0 ? write`All ${tie(counts.items, 'items tested')} ${itemNoun} in the period were tested` : write`Of ${selected(line)}`
  return write`Exceptions noted. ${opening}: ${meanings}. In total ${affected} of them ${were} affected.`
}

function selected({ counts, itemNoun, wholePopulation, kind }: ResultFacts): Sentence {
  const items = tie(counts.items, 'items selected')
  return wholePopulation || kind !== 'sample' ? write`${items} ${itemNoun}` : write`${items} ${itemNoun} selected`
}

function describeProblem(line: ResultFacts): string {
  const exception = line.exceptions.find(({ state }) => state !== 'cleared')
  if (!exception) return 'the deviation has not been described yet'
  return (exception.late && writeLateness(line, exception.late)) ?? cleanClause(exception.problem)
}

// Days late are facts of the deviating cells, so the range comes from them; one cell without the fact makes it unusable.
function writeLateness({ latenesses }: ResultFacts, { action, unit }: NonNullable<ReadException['late']>): string | null {
  if (latenesses.length === 0 || latenesses.some((one) => one === null)) return null
  const [least, most] = [Math.min(...latenesses as number[]), Math.max(...latenesses as number[])]
  const span = least === most ? `${least}` : `${least} to ${most}`
  return `${cleanClause(action)} ${span} ${most === 1 ? unit.replace(/s$/, '') : unit} after the limit stated in the control`
}

function cleanClause(clause: string): string {
  const clean = clause.trim().replace(/\.+$/, '')
  return clean === '' ? 'the deviation has not been described yet' : clean
}

// Said when the deviating items alone would hide which attribute, or out of how many it applied to.
function attributeRates({ counts, attributes }: ResultFacts): Sentence {
  const deviating = counts.perAttribute.filter(({ deviations }) => deviations > 0)
  const plain = deviating.length === 1 && deviating[0]!.applicable === counts.items
  if (plain || counts.perAttribute.length === 1 && deviating[0]?.notApplicable === 0) return write``
  const rates = deviating.map(({ attribute, applicable, deviations }) => {
    const clause = attributes.find(({ letter }) => letter === attribute)?.clause.trim().replace(/\.+$/, '') ?? ''
    return write`${attribute}${clause && ` (${clause})`} ${tie(deviations, `deviations from attribute ${attribute}`, { attribute, result: 'deviation' })} of ${tie(applicable, `items to which attribute ${attribute} applied`, { attribute, result: 'applied' })}`
  })
  return write` By attribute: ${rates.reduce((all, one) => write`${all}, ${one}`)}.`
}
