// The templates of an injector's configuration, each parsed once (istio-rules.md, 1.2 and 6.2).
import { INJECT_TEMPLATES } from '../lib/istio/names.ts'
import { InjectError } from '../lib/model/index.ts'

/** The part of an injector's configuration that rendering needs. */
export interface TemplateSet {
  readonly templates: ReadonlyMap<string, string>
}

/**
 * The text of a template.
 * @throws InjectError `template-unknown`
 */
export function templateText({ templates }: TemplateSet, name: string): string {
  const text = templates.get(name)
  if (text !== undefined) return text
  const known = [...templates.keys()].sort().join(', ')
  throw new InjectError({
    code: 'template-unknown',
    message: `requested template ${JSON.stringify(name)} not found; have ${known}`,
    hint: known === '' ? 'the injector config has no templates' : `known templates: ${known}`,
    field: ['metadata', 'annotations', INJECT_TEMPLATES],
  })
}
