import type { Trust } from '../apiserver/aggregator/index.ts'
import { type Pki, wellKnownClients } from '../net/x509/index.ts'
import type { Security, SecurityOptions } from './security.ts'

/** Whom servers behind this one can believe: the cluster's own authorities and proxy, and what the flags add. */
export function trustOf(pki: Pki, security: Security | undefined, options: Partial<SecurityOptions> = {}): Trust {
  const also = (own: string, more: readonly string[] | undefined) => [...new Set([own, ...(more ?? [])])]
  return {
    clientCa: () => security?.authorities.clients() ?? pki.ca.cert,
    requestHeader: {
      ca: () => `${pki.frontProxyCa.cert}\n${security?.authorities.proxies() ?? ''}`,
      names: also(wellKnownClients['front-proxy-client'].subject.commonName, options.requestheaderAllowedNames),
      userHeaders: also('X-Remote-User', options.requestheaderUsernameHeaders),
      uidHeaders: also('X-Remote-Uid', options.requestheaderUidHeaders),
      groupHeaders: also('X-Remote-Group', options.requestheaderGroupHeaders),
      extraPrefixes: also('X-Remote-Extra-', options.requestheaderExtraHeadersPrefix),
    },
    ...(security ? { onChange: security.onCaChange } : {}),
  }
}
