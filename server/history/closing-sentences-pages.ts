import { records } from '../engagements/records.ts'
import type { ClosingFacts } from '../trail/closing-events.ts'
import { plural } from '../web/helpers.ts'
import { writeDate } from '../web/times.ts'

const noted = ({ sha256 }: { sha256: string | null }) => (sha256 === null ? '' : ', with a file')

/** The sentences of records, dates at the end, the locked file and the firm's policy. */
export const closingSentences: { readonly [K in keyof ClosingFacts]: (facts: ClosingFacts[K], name: (id: string) => string, detail: Readonly<Record<string, unknown>>) => string } = {
  'record.entered': ({ record, version, stands, datedOn, sha256 }) => `${stands ? version > 1 ? 'recorded again' : 'recorded' : 'took back'} ${records[record].word}${stands ? `, dated ${writeDate(datedOn)}${noted({ sha256 })}` : ''}`,
  'closing.dated': ({ reportDate, releaseDate }) => `set the report’s date to ${reportDate === null ? 'none' : writeDate(reportDate)} and its release to ${releaseDate === null ? 'none' : writeDate(releaseDate)}`,
  'closing.held': ({ on }) => (on ? 'set a legal hold' : 'lifted the legal hold'),
  'engagement.destroyed': ({ keptUntil, rows, files }, _name, { client, system }) => `approved the destruction of the file${typeof client === 'string' && typeof system === 'string' ? ` of ${client}, ${system}` : ''}, which was kept until ${writeDate(keptUntil)}: ${plural(files, 'file')} of evidence among ${plural(rows, 'row')}`,
  'addition.made': ({ number, sha256 }) => `proposed addition ${number} to the locked file${noted({ sha256 })}`,
  'addition.reviewed': ({ number }) => `reviewed addition ${number}`,
  'addition.authorized': ({ number }) => `authorized addition ${number}, which is part of the file from here on`,
  'policy.firm_entered': ({ version, fields }) => `entered version ${version} of the firm’s policy: ${fields.join(', ').replaceAll('_', ' ')}`,
}
