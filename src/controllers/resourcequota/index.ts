import type { ControllerModule } from '../controller.ts'
import { resourceQuotaController } from './controller.ts'

export const resourcequota: ControllerModule = {
  name: 'resourcequota-controller',
  account: 'resourcequota-controller',
  create: resourceQuotaController,
}
