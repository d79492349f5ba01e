// The script of the pod page.

import { byId, element, pageData } from './dom.ts'

const { pods } = pageData<{ readonly pods: readonly string[] }>()
byId('pods', HTMLElement).append(...pods.map(pod => element('p', {}, pod)))
