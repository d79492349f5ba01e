// Decides as if every one of the user's own injectors selected the workload: what they could have injected before a label or selector was changed.

import type { Injection, InjectorRef, OwnInjector } from '../lib/model/index.ts'
import { injectorKey } from '../lib/model/index.ts'
import type { Decide } from './select.ts'
import { chooseTemplates } from './templates.ts'

/**
 * The decisions of `decide`, with an injection by each of the injectors that does not select the workload.
 * @param decide the decision by selectors; if it is an error, it stays as it is
 * @param injectors of the function config, in its order
 * @example withEveryOwn(select(sources), config.injectors)(workload, pod).injections.length // at least config.injectors.length
 */
export function withEveryOwn(decide: Decide, injectors: readonly OwnInjector[]): Decide {
  return (workload, pod) => {
    const decision = decide(workload, pod)
    if (decision.diagnostics.some(({ severity }) => severity === 'error')) return decision
    const selected = new Map(decision.injections.map(injection => [injectorKey(injection.injector), injection]))
    const inOrder = (order: OwnInjector['order']) =>
      injectors.filter(injector => injector.order === order).map(injector => selected.get(keyOf(injector)) ?? injectionBy(injector))
    const others = decision.injections.filter(({ injector }) => injector.kind !== 'own')
    return { ...decision, injections: [...inOrder('Before'), ...others, ...inOrder('After')] }
  }
}

function keyOf(injector: OwnInjector): string {
  return injectorKey(refOf(injector))
}

function refOf({ name }: OwnInjector): InjectorRef {
  return { kind: 'own', name }
}

function injectionBy(injector: OwnInjector): Injection {
  const { templates, from } = chooseTemplates(injector.config, undefined)
  return { injector: refOf(injector), templates, templatesFrom: from, configuration: injector.name, webhook: injector.name }
}
