/** Whichever drawer the address names. Those that change something are for whoever may. */

import { useMay } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { useAccessSearch } from './access-search.ts';

const AddRegistry = later(async () => (await import('./add-registry.tsx')).AddRegistry);
const BulkDrawer = later(async () => (await import('./bulk-drawer.tsx')).BulkDrawer);
const DenialDrawer = later(async () => (await import('./denial-drawer.tsx')).DenialDrawer);
const EditRegistry = later(async () => (await import('./edit-registry.tsx')).EditRegistry);
const ReviewDrawer = later(async () => (await import('./review-drawer.tsx')).ReviewDrawer);
const RevisionDrawer = later(async () => (await import('./revision-drawer.tsx')).RevisionDrawer);

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
