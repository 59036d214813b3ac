import type { FastifyRequest } from 'fastify'
import { isLoopback, type Config } from '../config.ts'

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via', 'cf-connecting-ip']

/**
 * Whether this request may use the doors that only a demo has: one-click sign-in and the mailbox. Only from this very
 * machine, under a local name, and not through any proxy, which would make everybody look local.
 */
export function isDemoDoor(config: Config, request: FastifyRequest): boolean {
  if (!config.demo || !isLoopback(config.host)) return false
  if (!isLoopback(request.socket.remoteAddress ?? '')) return false
  if (forwarding.some((name) => request.headers[name] !== undefined)) return false
  return isLoopback(hostName(request.headers.host ?? ''))
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '')
}
