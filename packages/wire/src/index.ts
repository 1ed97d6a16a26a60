export type { AuthChallenge, BearerChallenge, ChallengeResult, ChallengesResult } from './auth-challenge.ts';
export { decodeChallenge, decodeChallenges } from './auth-challenge.ts';
export type { Authority, AuthorityResult } from './authority.ts';
export { formatAuthority, parseAuthority } from './authority.ts';
export type { ChunkedDecoder, ChunkedResult } from './chunked-body.ts';
export { createChunkedDecoder, encodeChunkHead, LAST_CHUNK } from './chunked-body.ts';
export type { ConnectReplyDecoder, ConnectReplyResult } from './connect-reply.ts';
export { createConnectReplyDecoder, encodeConnect } from './connect-reply.ts';
export type { BodyFraming, HeaderField } from './http-fields.ts';
export { fieldValues, toFields } from './http-fields.ts';
export type { EncodeOptions, OciError, OciErrorCode } from './http-reply.ts';
export { encodeDenial, encodeOciError, encodeReasonPhrase } from './http-reply.ts';
export { decodeIp } from './ip-text.ts';
export type { OciRoute, OciRouteKind } from './oci-route.ts';
export { decodeOciRoute, decodeUnknownUpload, hasDisguised, isOciPath } from './oci-route.ts';
export type {
  ConnectRequest,
  ForwardRequest,
  ProxyRequest,
  ProxyRequestDecoder,
  ProxyRequestResult,
} from './proxy-request.ts';
export { createProxyRequestDecoder, decodeProxyRequest, MAX_HEAD_BYTES } from './proxy-request.ts';
export type { PingAnswer, RegistryEvidence, RegistryRecognition } from './recognize-registry.ts';
export { recognizeRegistry } from './recognize-registry.ts';
