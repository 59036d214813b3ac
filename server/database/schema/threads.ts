import type { Generated } from 'kysely'
import type { WrittenAt } from './accounts.ts'

export type CommentTable = {
  engagement_id: string
  id: Generated<string>
  request_id: string
  internal: boolean
  question: Generated<boolean>
  text: string
  author_id: string
  channel: 'login' | 'link'
  written_at: WrittenAt
}

export type CommentMentionTable = {
  engagement_id: string
  comment_id: string
  person_id: string
}

export type ThreadVisitTable = {
  engagement_id: string
  request_id: string
  person_id: string
  seen_at: WrittenAt
}
