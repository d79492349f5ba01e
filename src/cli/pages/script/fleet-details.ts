// The details below a row of the fleet page: reasons, images, findings, and differences of running pods.

import { badge } from './badge.ts'
import { element } from './dom.ts'
import type { DriftGroup, Finding, Workload } from './fleet-workloads.ts'

export function detailsOf(workload: Workload): HTMLElement {
  const { why, image, native, sidecars, findings, drift, where, revision, injectors, policies } = workload
  const images = [
    ...(image === '' ? [] : [imageLine('istio-proxy', image, native === true)]),
    ...sidecars.map(sidecar => imageLine(sidecar.name, sidecar.image, sidecar.native)),
  ]
  return element(
    'dl',
    { class: 'facts' },
    ...fact(
      'Why',
      why.map(text => element('p', {}, text)),
    ),
    ...fact('Sidecars', images),
    ...fact('Findings', findings.map(findingPart)),
    ...fact('Running pods', drift?.groups.map(driftPart) ?? []),
    ...fact('Injectors', injectors.length === 0 ? [] : [element('p', {}, `${injectors.join(', ')}${revision === '' ? '' : `; revision ${revision}`}`)]),
    ...fact('Policies', policies.length === 0 ? [] : [element('p', {}, policies.join(', '))]),
    ...fact('File', where === '' ? [] : [element('p', {}, element('code', {}, where))]),
  )
}

function fact(title: string, content: readonly HTMLElement[]): HTMLElement[] {
  return content.length === 0 ? [] : [element('div', {}, element('dt', {}, title), element('dd', {}, ...content))]
}

function imageLine(name: string, image: string, native: boolean): HTMLElement {
  return element('p', {}, `${name}: `, element('code', {}, image), native ? ' as a native sidecar' : ' as a container')
}

function findingPart({ severity, code, message, hint, where }: Finding): HTMLElement {
  const tone = severity === 'error' || severity === 'warning' ? severity : 'quiet'
  return element(
    'div',
    { class: 'finding' },
    element('p', {}, badge(tone, severity), ' ', element('code', {}, code), ' ', message),
    hint !== '' && element('p', { class: 'soft' }, hint),
    where !== '' && element('p', { class: 'soft' }, element('code', {}, where)),
  )
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['not-injected', 'not injected'],
  ['other-webhook', 'injected by another webhook or revision'],
  ['other-version', 'injected with another version'],
  ['other-configuration', 'injected with another configuration'],
  ['edited', 'not as the manifest says: edited in the cluster, or not rolled out'],
])

function driftPart({ kind, pods, names, differences }: DriftGroup): HTMLElement {
  const rest = pods - names.length
  return element(
    'div',
    { class: 'finding' },
    element(
      'p',
      {},
      badge('warning', `${pods} ${pods === 1 ? 'pod' : 'pods'}`),
      ` ${MEANINGS.get(kind) ?? kind}: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    ),
    element('ul', {}, ...differences.map(difference => element('li', {}, element('code', {}, difference)))),
  )
}
