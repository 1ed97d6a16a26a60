/** Whichever drawer the address names. Those that change something are for whoever may. */

import { useMay } from '../../api/session.ts';
import { useAccessSearch } from './access-search.ts';
import { AddRegistry } from './add-registry.tsx';
import { BulkDrawer } from './bulk-drawer.tsx';
import { DenialDrawer } from './denial-drawer.tsx';
import { EditRegistry } from './edit-registry.tsx';
import { ReviewDrawer } from './review-drawer.tsx';
import { RevisionDrawer } from './revision-drawer.tsx';

export function Drawers() {
  const [{ add, edit, deny, editDenial, review, bulk, revision }] = useAccessSearch();
  const mayWrite = useMay()('policy:write');
  if (revision !== undefined) return <RevisionDrawer revision={revision} />;
  if (review) return <ReviewDrawer />;
  if (!mayWrite) return null;
  if (add !== undefined) return <AddRegistry />;
  if (edit !== undefined) return <EditRegistry key={edit} id={edit} />;
  if (deny !== undefined || editDenial !== undefined) return <DenialDrawer key={editDenial ?? ''} />;
  if (bulk) return <BulkDrawer />;
  return null;
}
