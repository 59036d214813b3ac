/** What a column may feed: `label` is the heading an export gives it, `also` are other headings people use. */
export type Field = { readonly name: string, readonly label: string, readonly also: readonly string[] }

/** A heading as it is compared: letters and digits in lower case, words apart by one space. */
export function plainHeading(heading: string): string {
  return heading.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[^\p{L}\p{N}#]+/gu, ' ').trim()
}

/**
 * For each heading the field it most likely feeds, or null; each field at most once. What was chosen for a heading before
 * (`remembered`, by plain heading) comes first, then the field's own names, then names that begin the same.
 */
export function guessFields(headings: readonly string[], fields: readonly Field[], remembered: ReadonlyMap<string, string | null>): (string | null)[] {
  const plain = headings.map(plainHeading)
  const guesses: (string | null)[] = headings.map(() => null)
  const taken = new Set<string>()
  const settled = new Set<number>()
  const give = (place: number, field: string | null) => {
    if (settled.has(place) || (field !== null && taken.has(field))) return
    guesses[place] = field
    settled.add(place)
    if (field !== null) taken.add(field)
  }
  for (const [place, heading] of plain.entries()) {
    const before = remembered.get(heading)
    if (before !== undefined && (before === null || fields.some(({ name }) => name === before))) give(place, before)
  }
  for (const matches of [isNamed, isBegun]) {
    for (const field of fields) {
      const place = plain.findIndex((heading, index) => !settled.has(index) && heading !== '' && matches(heading, field))
      if (place >= 0) give(place, field.name)
    }
  }
  return guesses
}

function isNamed(heading: string, { name, label, also }: Field): boolean {
  return [name, label, ...also].some((word) => plainHeading(word) === heading)
}

function isBegun(heading: string, { label, also }: Field): boolean {
  return [label, ...also].some((word) => plainHeading(word).length > 3 && heading.startsWith(`${plainHeading(word)} `))
}
