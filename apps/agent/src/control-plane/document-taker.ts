/** Passes fetched documents to the bundle store, and remembers by which ETag to ask for the next. */

import type { BundleStore } from '../bundle-store/bundle-store.ts';
import type { DocumentKind, FetchedDocument } from './client.ts';

export interface DocumentTaker {
  take(kind: DocumentKind, document: FetchedDocument): Promise<void>;
  /** Absent unless the document that had it is in force, so that a rejected one is asked for again. */
  etagOf(kind: DocumentKind): string | undefined;
}

/** `onJudged` is called when a document was taken or rejected: the control plane wants to know at once. */
export function createDocumentTaker(store: BundleStore, onJudged: () => void): DocumentTaker {
  const etags = new Map<DocumentKind, string>();
  return {
    take: async (kind, document) => {
      if (document.outcome === 'unchanged') return;
      const offer = await store.offer(kind, document.bundle);
      if (offer !== 'rejected' && document.etag !== undefined) etags.set(kind, document.etag);
      if (offer !== 'unchanged') onJudged();
    },
    etagOf: (kind) => (store.has(kind) ? etags.get(kind) : undefined),
  };
}
