/** Version of this package, told to servers that ask for a `hello`. */
export const CLIENT_VERSION = "0.1.0";
