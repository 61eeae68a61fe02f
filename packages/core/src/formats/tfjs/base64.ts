/** Bytes as text, as files of TensorFlow.js have them. */
export { decodeBase64, encodeBase64 } from '../../files/base64.ts';
