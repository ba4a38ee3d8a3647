import type { ControllerModule } from '../controller.ts'
import { namespaceController } from './controller.ts'

export const namespace: ControllerModule = {
  name: 'namespace-controller',
  account: 'namespace-controller',
  create: namespaceController,
}
