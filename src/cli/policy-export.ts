// Exports the injectors of a function config as policies, each with its templates and values.

import { exportInjector } from '../export/index.ts'
import { ownInjectorConfig } from '../lib/istio/injector-config.ts'
import { jsonToGo } from '../lib/istio/proto-known-views.ts'
import { InjectError, type JsonObject } from '../lib/model/index.ts'
import type { ReadResult } from '../read/read.ts'
import { templatePosition } from '../read/template-position.ts'
import { injectionFunctions } from '../render/functions.ts'

/** One injector's policies and bindings. */
export interface ExportedInjector {
  readonly name: string
  readonly objects: readonly JsonObject[]
}

/**
 * The policies of all injectors.
 * @param only the name of one injector
 * @throws InjectError `policy-export-refused`, `template-parse`, `template-unknown`
 */
export function exportedPolicies({ config }: ReadResult, only?: string): readonly ExportedInjector[] {
  const funcs = injectionFunctions(new Map())
  return config.injectors
    .filter(({ name }) => only === undefined || name === only)
    .map(injector => {
      const { aliases, templates, defaultTemplates } = ownInjectorConfig(injector)
      const names = defaultTemplates.flatMap(name => aliases.get(name) ?? [name])
      const wanted = names.map(name => {
        const text = templates.get(name)
        if (text === undefined)
          throw new InjectError({ code: 'template-unknown', message: `injector ${injector.name} has no template ${JSON.stringify(name)}` })
        return { name, text }
      })
      try {
        return { name: injector.name, objects: exportInjector({ injector, templates: wanted, values: jsonToGo(injector.values), funcs }) }
      } catch (error) {
        if (!(error instanceof InjectError) || error.diagnostic.at === undefined) throw error
        const at = templatePosition(error.diagnostic.at, { config: ownInjectorConfig(injector), resource: config.resource, field: injector.field })
        throw new InjectError({ ...error.diagnostic, at }, { cause: error })
      }
    })
}
