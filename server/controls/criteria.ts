import data from './criteria.json' with { type: 'json' }

export type Category = 'security' | 'availability' | 'confidentiality' | 'processing_integrity' | 'privacy'
export type Criterion = { id: string, category: Category, series: string, title: string }
export type Series = { id: string, category: Category, title: string }

/** The names of the five categories, in the order in which a report treats them. */
export const categoryNames: Readonly<Record<Category, string>> = {
  security: 'Security (common criteria)',
  availability: 'Availability',
  confidentiality: 'Confidentiality',
  processing_integrity: 'Processing integrity',
  privacy: 'Privacy',
}

/** All 20 series of TSP section 100 (2017), titles our own. The file's order is the natural one: CC, A, C, PI, P. */
export const series = data.series as readonly Series[]

/** All 61 criteria of TSP section 100 (2017), titles our own, in natural order. */
export const criteria = data.criteria as readonly Criterion[]

const places = new Map(criteria.map(({ id }, place) => [id, place]))

/** The criteria an engagement examines: all 33 common ones and those of the chosen categories, in natural order. */
export function criteriaInScope(categories: readonly string[]): Criterion[] {
  return criteria.filter(({ category }) => category === 'security' || categories.includes(category))
}

/** The criterion with that id, or undefined where TSP section 100 has none. */
export function criterion(id: string): Criterion | undefined {
  return criteria[places.get(id) ?? -1]
}

/** The series with that id, or undefined. */
export function seriesOf(id: string): Series | undefined {
  return series.find((one) => one.id === id)
}

/** Criterion ids in natural order, each once; ids that are no criterion come last, as given. */
export function orderCriteria(ids: Iterable<string>): string[] {
  const place = (id: string) => places.get(id) ?? criteria.length
  return [...new Set(ids)].sort((a, b) => place(a) - place(b))
}
