/** Version of the wire contract. It changes when a peer of the older version would misread the newer. */
export const PROTOCOL_VERSION = 1;
