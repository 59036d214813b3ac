import { carriedSentences } from './carried-sentences-pages.ts'
import { closingSentences } from './closing-sentences-pages.ts'
import { setupSentences } from './setup-sentences-pages.ts'
import { roleName } from '../engagements/roles.ts'
import { exceptionNumber } from '../exceptions/rules.ts'
import { populationNumber } from '../populations/rules.ts'
import { requestNumber } from '../requests/rules.ts'
import type { EventKind, TrailEvent } from '../trail/events.ts'
import { bytes, number, plural, shortHash } from '../web/helpers.ts'
import { labelOf, states, type StateKind } from '../web/states.ts'
import { writeDate } from '../web/times.ts'

type FactsOf<K extends EventKind> = Extract<TrailEvent, { kind: K }>['facts']
type Detail = Readonly<Record<string, unknown>>

/** The present name of what an id in the facts stands for: a person, a request's number, a file. */
export type NameOf = (id: string) => string

/** What each event says after the name of who did it; an event without a sentence does not compile. */
const sentences: { readonly [K in EventKind]: (facts: FactsOf<K>, name: NameOf, detail: Detail) => string } = {
  ...carriedSentences,
  ...closingSentences,
  ...setupSentences,
  'account.signed_in': ({ twoStep }) => `signed in${twoStep ? ' with two steps' : ''}`,
  'account.sign_in_failed': () => 'could not sign in',
  'account.signed_out': ({ sessions }) => sessions === 'all' ? 'signed out everywhere' : 'signed out',
  'account.invited': ({ personId }, name) => `invited ${name(personId)} to an account`,
  'account.invitation_accepted': () => 'accepted the invitation and set a password',
  'account.password_reset_asked': ({ personId }, name) => `asked for a new password for ${name(personId)}`,
  'account.password_reset': () => 'set a new password',
  'account.two_step_set': () => 'set up two-step sign-in',
  'account.two_step_removed': ({ personId }, name) => personId === undefined ? 'removed two-step sign-in' : `took away the second step of ${name(personId)}`,
  'account.recovery_code_used': () => 'signed in with a recovery code',
  'account.removed': ({ personId }, name) => `removed the account of ${name(personId)}`,
  'account.refused': ({ route, permit }) => `was refused ${route}, which asks for ${words(permit)}`,
  'client.added': ({ organizationId }, name) => `added the client ${name(organizationId)}`,
  'engagement.created': ({ type, from, to, zone }) => `created this engagement: Type ${type}, ${from === '' ? 'dates still open' : from === to ? `as of ${writeDate(from)}` : `${writeDate(from)} to ${writeDate(to)}`}, ${zone}`,
  'member.added': ({ personId, role }, name) => `added ${name(personId)} as ${roleName(role)}`,
  'member.role_changed': ({ personId, from, to }, name) => `changed the role of ${name(personId)} from ${roleName(from)} to ${roleName(to)}`,
  'member.removed': ({ personId }, name) => `took ${name(personId)} off the team`,
  'phase.changed': ({ from, to }) => `moved the engagement from ${stateWord('phase', from)} to ${stateWord('phase', to)}`,
  'control.added': ({ number: control, criteria }) => `entered control ${control} for ${criteria.join(', ')}`,
  'control.changed': ({ number: control, fields }) => `changed ${fieldWords(fields)} of control ${control}`,
  'control.reworded': ({ number: control, version }) => `entered version ${version} of the wording of ${control}`,
  'control.wording_confirmed': ({ number: control, version }) => `confirmed version ${version} of the wording of ${control}`,
  'request.drafted': ({ number: no, kind }) => `drafted ${requestNumber(no)}, a ${kind} request`,
  'request.changed': ({ number: no, fields }) => `changed ${fieldWords(fields)} of ${requestNumber(no)}`,
  'request.issued': ({ number: no, ownerId, dueOn }, name) => `issued ${requestNumber(no)} to ${name(ownerId)}, due ${writeDate(dueOn)}`,
  'request.reassigned': ({ number: no, from, to }, name) => `gave ${requestNumber(no)}${from === null ? '' : ` from ${name(from)}`} to ${name(to)}`,
  'request.due_changed': ({ number: no, from, to }) => `changed the due date of ${requestNumber(no)} ${from === null ? '' : `from ${writeDate(from)} `}to ${writeDate(to)}`,
  'request.started': ({ number: no }) => `started to answer ${requestNumber(no)}`,
  'request.handed_to_lead': ({ number: no, version, files, channel }) => `handed version ${version} of ${requestNumber(no)} with ${plural(files, 'file')} to the compliance lead${channel === 'link' ? ' by link' : ''}`,
  'request.given_back': ({ number: no, version }) => `gave version ${version} of ${requestNumber(no)} back to its owner before it went to the auditor`,
  'request.proposed': ({ number: no, proposal }) => `said of ${requestNumber(no)}: ${proposal === 'not_applicable' ? 'does not apply' : 'cannot be provided'}`,
  'request.submitted': ({ number: no, version, files, channel }) => `submitted version ${version} of ${requestNumber(no)} with ${plural(files, 'file')}${channel === 'link' ? ' by link' : ''}`,
  'request.withdrawn': ({ number: no, version }) => `withdrew version ${version} of ${requestNumber(no)}`,
  'request.review_started': ({ number: no, version }) => `took version ${version} of ${requestNumber(no)} into review`,
  'request.review_released': ({ number: no }) => `released ${requestNumber(no)} from review`,
  'request.accepted': ({ number: no, version }) => `accepted version ${version} of ${requestNumber(no)} as usable evidence`,
  'request.returned': ({ number: no, version, reason, dueOn }) => `returned version ${version} of ${requestNumber(no)}: ${words(reason)}; due again ${writeDate(dueOn)}`,
  'request.cancelled': ({ number: no }) => `cancelled ${requestNumber(no)}`,
  'request.not_applicable': ({ number: no }) => `set ${requestNumber(no)} not applicable`,
  'request.reopened': ({ number: no, from }) => `opened ${requestNumber(no)} again, which was ${stateWord('request', from)}`,
  'template.kept': ({ of, version }, _name, { title }) => `${version === 1 ? 'kept' : 'changed'} the template ${typeof title === 'string' ? `“${title}”` : ''} of ${of === 'requests' ? 'a request' : 'a test'}${version === 1 ? '' : `, now version ${version}`}`,
  'template.removed': ({ of }, _name, { title }) => `removed the template ${typeof title === 'string' ? `“${title}”` : ''} of ${of === 'requests' ? 'a request' : 'a test'}`,
  'templates.applied': ({ requests, lines }) => `applied templates: ${plural(requests, 'request')}, ${plural(lines, 'test')}`,
  'controls.imported': ({ added, changed, same, sha256 }) => `imported a list of controls (${shortHash(sha256)}): ${number(added)} new, ${number(changed)} changed, ${number(same)} the same`,
  'requests.imported': ({ added, changed, same, sha256 }) => `imported a list of requests (${shortHash(sha256)}): ${number(added)} new, ${number(changed)} changed, ${number(same)} the same`,
  'series.planned': ({ every, requests }, _name, { title }) => `planned ${plural(requests, 'request')} for ${typeof title === 'string' ? `“${title}”` : 'a series'}, one for each ${words(every)}`,
  'series.switched': ({ on }, _name, { title }) => `${on ? 'lets' : 'stopped'} ${typeof title === 'string' ? `“${title}”` : 'a series'} ${on ? 'go out as each part of the period ends' : 'from going out by itself'}`,
  'link.sent': ({ requestId, personId }, name) => `sent ${name(personId)} a link to answer ${name(requestId)}`,
  'request.reminded': ({ number: no, step }) => `reminded the owner of ${requestNumber(no)}${step === 'asked' ? '' : step === 'after' ? ', which was due' : step === 'on' ? ', due that day' : ', soon due'}`,
  'link.code_sent': ({ requestId, purpose }, name) => `was mailed a code for ${purpose === 'list' ? 'the whole list of what is asked of them' : name(requestId)}`,
  'link.code_refused': ({ requestId, purpose }, name) => `typed a wrong code for ${purpose === 'list' ? 'the whole list' : name(requestId)}`,
  'link.opened': ({ requestId, proof }, name) => `opened the link to ${name(requestId)}${proof === 'code' ? ' with a mailed code' : ''}`,
  'link.list_opened': (_facts) => 'opened the whole list of what is asked of them with a mailed code',
  'link.policy_changed': ({ from, to, fromDays, toDays, ended }) => `set how owners answer ${from === to ? '' : `from ${policyWords[from]} `}to ${policyWords[to]}, links living ${fromDays === toDays ? '' : `${fromDays} and now `}${plural(toDays, 'day')}${ended === 0 ? '' : `; ${plural(ended, 'link')} ended`}`,
  'digest.sent': ({ personId, things }, name) => `mailed ${name(personId)} a list of ${plural(things, 'thing')} that wait`,
  'account.digest_changed': ({ stopped }) => stopped ? 'stopped the daily mail' : 'set when the daily mail comes',
  'link.ended': ({ requestId, links, reason }, name) => `ended ${plural(links, 'link')} to ${name(requestId)}: ${words(reason)}`,
  'gate.switched': ({ on }) => on ? 'lets the compliance lead look at answers before they go to the auditor' : 'lets answers go to the auditor without the compliance lead',
  'handover.asked': ({ number: no }, _name, { name: to }) => `asked the compliance lead to give ${requestNumber(no)} to ${typeof to === 'string' ? to : 'somebody else'}`,
  'handover.decided': ({ number: no, decision }, _name, { name: to }) => `${decision} giving ${requestNumber(no)} to ${typeof to === 'string' ? to : 'somebody else'}`,
  'thread.commented': ({ number: no, question, channel }) => `${question ? 'asked a question' : 'wrote'} in the thread of ${requestNumber(no)}${channel === 'link' ? ' by link' : ''}`,
  'thread.noted': ({ number: no }) => `wrote an internal note on ${requestNumber(no)}`,
  'evidence.uploaded': ({ fileId, requestId, size, sha256 }, name) => `uploaded ${name(fileId)} (${bytes(size)}, ${shortHash(sha256)}) for ${name(requestId)}`,
  'evidence.removed': ({ requestId, sha256 }, name, { name: file }) => `removed ${typeof file === 'string' ? file : 'a file'} (${shortHash(sha256)}), not yet submitted, from ${name(requestId)}`,
  'evidence.file_decided': ({ fileId, requestId, decision, reason }, name) => decision === 'undecided' ? `took back what was decided on ${name(fileId)} of ${name(requestId)}` : `${decision} ${name(fileId)} of ${name(requestId)}${reason === null ? '' : `: ${words(reason)}`}`,
  'evidence.carried_over': ({ requestId, version, files }, name) => `carried ${plural(files, 'file')} of version ${version} of ${name(requestId)} over into the next`,
  'evidence.reused': ({ fileId, requestId, sourceRequestId }, name) => `used ${name(fileId)} of ${name(sourceRequestId)} again for ${name(requestId)}`,
  'evidence.observed': ({ number: no, version, files }) => `added version ${version} of ${requestNumber(no)}, obtained by the firm itself, with ${plural(files, 'file')}`,
  'evidence.quarantine_asked': ({ fileId, requestId }, name) => `asked to withhold ${name(fileId)} of ${name(requestId)}`,
  'evidence.quarantine_decided': ({ fileId, requestId, decision }, name) => `${decision === 'kept' ? 'keeps' : 'no longer keeps'} ${name(fileId)} of ${name(requestId)} in quarantine`,
  'meeting.proposed': ({ number: no, startsAt }) => `proposed to meet about ${requestNumber(no)} at ${startsAt}`,
  'meeting.confirmed': ({ number: no, startsAt }) => `agreed to meet about ${requestNumber(no)} at ${startsAt}`,
  'meeting.cancelled': ({ number: no }) => `called off the meeting about ${requestNumber(no)}`,
  'evidence.warned': ({ requestId, code, sha256 }, name) => `let a warning stand on ${name(requestId)}: ${words(code)}${sha256 === '' ? '' : ` (${shortHash(sha256)})`}`,
  'evidence.claimed': ({ requestId, itemId, claim }, name) => `said of ${name(itemId)} in ${name(requestId)}: ${claim === 'not_applicable' ? 'not applicable' : 'cannot be provided'}`,
  'mark.made': ({ fileId, number: no, symbol }, name) => `put mark ${no} (${symbol}) on ${name(fileId)}`,
  'mark.withdrawn': ({ fileId, number: no }, name) => `took mark ${no} on ${name(fileId)} back`,
  'mark.carried': ({ fileId, marks }, name) => `carried ${plural(marks, 'mark')} over to ${name(fileId)}`,
  'legend.added': ({ symbol }) => `added ${symbol} to the legend`,
  'population.mapped': ({ number: no, keyColumn, dateColumn }) => `read ${populationNumber(no)} by key ${keyColumn} and date ${dateColumn}`,
  'population.checked': ({ number: no, rows, inScope, findings }) => `checked ${populationNumber(no)}: ${plural(rows, 'row')}, ${number(inScope)} in scope, ${plural(findings.length, 'finding')}`,
  'population.unreadable': ({ number: no }) => `could not read the file of ${populationNumber(no)}`,
  'population.marked': ({ number: no, check, tick }) => `marked the finding “${words(check)}” of ${populationNumber(no)} as ${tick}`,
  'population.procedure_recorded': ({ number: no, procedure, conclusion }) => `recorded a procedure on ${populationNumber(no)}: ${words(procedure)}, which ${conclusion}`,
  'population.none_stated': ({ number: no, requestId }, name) => `took ${name(requestId)} as the statement that nothing occurred (${populationNumber(no)})`,
  'calendar.made': ({ number: no, every, items }) => `made ${populationNumber(no)} from the calendar: ${plural(items, words(every))} expected`,
  'calendar.matched': ({ number: no, listId }, name) => listId === null ? `took the list off ${populationNumber(no)}` : `matched ${populationNumber(no)} with the list ${name(listId)}`,
  'calendar.left_out': ({ number: no, keys }) => `agreed that the control was not due on ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ` and ${keys.length - 3} more` : ''} of ${populationNumber(no)}`,
  'calendar.put_back': ({ number: no, key }) => `put ${key} back into ${populationNumber(no)}`,
  'population.accepted': ({ number: no, rows, inScope }) => `accepted ${populationNumber(no)}: ${number(inScope)} of ${plural(rows, 'row')} in scope`,
  'population.returned': ({ number: no }) => `returned ${populationNumber(no)}`,
  'population.locked': ({ number: no }) => `locked ${populationNumber(no)} by drawing from it`,
  'policy.entered': ({ version, fields }) => `entered version ${version} of the sampling policy of the firm: ${fieldWords(fields)}`,
  'sample.drawn': ({ number: no, populationId, method, size, populationSize }, name) => `drew ${number(size)} of ${plural(populationSize, 'item')} from ${name(populationId)}${method === 'all' ? ', all there are' : ''} (draw ${no})`,
  'sample.extended': ({ number: no, size }) => `extended draw ${no} by ${plural(size, 'item')}`,
  'sample.item_replaced': ({ number: no, itemId, byItemId, ground }, name) => `replaced ${name(itemId)} of draw ${no} by ${name(byItemId)}: ${words(ground)}`,
  'test.planned': ({ reference, controlWordingVersion }) => `planned test ${reference} of wording version ${controlWordingVersion}`,
  'test.changed': ({ reference, fields }) => `changed ${fieldWords(fields)} of test ${reference}`,
  'test.no_occurrence': ({ reference, populationId }, name) => `noted for ${reference} that nothing occurred in the period (${name(populationId)})`,
  'result.set': ({ testLineId, itemId, letter, from, to }, name) => `set attribute ${letter} of ${name(itemId)} in ${name(testLineId)} from ${stateWord('cell', from)} to ${stateWord('cell', to)}`,
  'result.stale': ({ testLineId, requestId, cells }, name) => `made ${plural(cells, 'result')} of ${name(testLineId)} stale: the evidence of ${name(requestId)} was returned`,
  'test.concluded': ({ reference, conclusion }) => `concluded ${reference}: ${stateWord('conclusion', conclusion)}`,
  'test.signed': ({ reference, kind, version }) => `signed ${reference} as ${kind === 'prepared' ? 'preparer' : kind === 'reviewed' ? 'reviewer' : 'partner'} (version ${version})`,
  'test.assigned': ({ reference, to }, name) => to === null ? `took ${reference} from its tester` : `gave ${reference} to ${name(to)} to test`,
  'test.flagged': ({ reference, significant }) => significant ? `marked ${reference} as a significant matter` : `marked ${reference} as no significant matter any more`,
  'note.opened': ({ number: no, reference, itemId, letter }, name) => `opened review note ${no} on ${reference}${itemId === null ? '' : `, ${letter ?? ''} of ${name(itemId)}`}`,
  'note.answered': ({ number: no, reference }) => `answered review note ${no} on ${reference}`,
  'note.refused': ({ number: no, reference }) => `did not take the answer to review note ${no} on ${reference}`,
  'note.cleared': ({ number: no, reference }) => `cleared review note ${no} on ${reference}`,
  'test.sign_off_voided': ({ reference, kinds }) => `edited ${reference} and so voided its sign-off as ${kinds.join(' and ')}`,
  'test.items_changed': ({ reference, itemId, act }, name) => `${act} item ${name(itemId)} of ${reference}`,
  'test.rolled_forward': ({ reference, interimOn, result }) => `rolled ${reference} forward from ${writeDate(interimOn)} to the end of its span: ${result === 'unchanged' ? 'nothing changed' : 'changes covered by further work'}`,
  'test.retest_planned': ({ reference, retestOf, from }, name) => `planned ${reference} as retest of ${name(retestOf)} from ${writeDate(from)}`,
  'design.evaluated': ({ number: control, wordingVersion, conclusion }) => `evaluated the design of ${control} (wording version ${wordingVersion}): ${stateWord('design', conclusion).toLowerCase()}`,
  'design.reviewed': ({ number: control, conclusion }) => `reviewed the evaluation of the design of ${control}: ${stateWord('design', conclusion).toLowerCase()}`,
  'design.voided': ({ number: control }) => `voided the evaluation of the design of ${control}`,
  'exception.opened': ({ number: no, testLineId }, name) => `opened ${exceptionNumber(no)} from ${name(testLineId)}`,
  'exception.criterion_opened': ({ number: no, criterion }) => `opened ${exceptionNumber(no)}, for no control meets ${criterion}`,
  'exception.described': ({ number: no, fields }) => `described ${exceptionNumber(no)}: ${fieldWords(fields)}`,
  'exception.moved': ({ number: no, from, to }) => `moved ${exceptionNumber(no)} from ${stateWord('exception', from)} to ${stateWord('exception', to)}`,
  'exception.released': ({ number: no, release, tested, deviating }) => `put ${exceptionNumber(no)} to the client${release > 1 ? ` again, as release ${release}` : ''}${tested > 0 ? `: ${number(deviating)} of ${number(tested)} deviate` : ''}`,
  'exception.answered': ({ number: no, position, files }) => `${position === 'agreed' ? 'agreed to' : 'disputed'} the facts of ${exceptionNumber(no)}${files.length > 0 ? ` with ${plural(files.length, 'file')}` : ''}`,
  'exception.extension_decided': ({ number: no, size }) => size === 0 ? `decided on ${exceptionNumber(no)} that no further items are selected` : `decided on ${exceptionNumber(no)} that ${number(size)} further items are selected`,
  'exception.responded': ({ number: no, version, declined }) => declined ? `declined to respond to ${exceptionNumber(no)}` : `wrote version ${version} of management’s response to ${exceptionNumber(no)}`,
  'matrix.sentence_written': ({ reference, part, version, made }) => made ? `went back to the ${part === 'test' ? 'tests performed' : 'results'} of ${reference} as they are made from its cells` : `wrote the ${part === 'test' ? 'tests performed' : 'results'} of ${reference} by hand (version ${version})`,
  'matrix.laid_out': ({ arrangement, responses }) => `laid the matrix out by ${arrangement}, with responses ${responses === 'beside' ? 'beside their exceptions' : 'in Section V'}`,
  'opinion.effect_recorded': ({ criterion, version, effect }) => `recorded version ${version} of the conclusion on ${criterion}: ${effect === 'met' ? 'met' : effect === 'not_met' ? 'not met' : 'not determined'}`,
  'opinion.recorded': ({ version, kind }) => `recorded version ${version} of the opinion: ${kind}`,
  'evidence.exported': ({ copy, versions }) => `exported the evidence as a ZIP, ${versions === 'all' ? 'every version' : 'the newest versions'}, in a copy for the ${copy}`,
  'matrix.exported': ({ number: no, draft, contentSha256 }) => `exported the matrix (${no}, ${draft ? 'draft' : 'final'}, ${shortHash(contentSha256)})`,
}

const policyWords = { link: 'link', link_and_code: 'link and mailed code', account_only: 'account only' } as const

/** Every kind of event. */
export const eventKinds = Object.keys(sentences) as readonly EventKind[]

/** An event in words, to follow the name of who did it: 'issued R-014 to Noor Haddad, due Oct 14, 2026'. */
export function tell<K extends EventKind>(kind: K, facts: FactsOf<K>, name: NameOf, detail: Detail = {}): string {
  return sentences[kind](facts, name, detail)
}

export function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(sentences, kind)
}

function stateWord(kind: StateKind, state: string): string {
  return Object.hasOwn(states[kind], state) ? labelOf(kind, state as never).word.toLowerCase() : words(state)
}

function words(key: string): string {
  return key.replaceAll(/[_.]/g, ' ')
}

/** 'ownerTitle' and 'due_on' as 'owner title and due on'. */
function fieldWords(fields: readonly string[]): string {
  const said = fields.map((field) => words(field.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replace(/ Id$/, '')).toLowerCase())
  return said.length < 2 ? said.join('') || 'nothing' : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`
}
