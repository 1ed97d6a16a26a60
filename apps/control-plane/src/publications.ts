/** Tells the parts of this process that something was published. In process now; other nodes come by the database later. */

export interface Publication {
  readonly organizationId: string;
  readonly kind: 'policy';
  readonly revision: number;
}

export interface Publications {
  /** Called after the commit. A listener that throws is reported and stops nobody else. */
  announce(publication: Publication): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (publication: Publication) => void): () => void;
}

export function createPublications(onError: (error: unknown) => void): Publications {
  const listeners = new Set<(publication: Publication) => void>();
  return {
    announce(publication) {
      for (const listener of listeners) {
        try {
          listener(publication);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
