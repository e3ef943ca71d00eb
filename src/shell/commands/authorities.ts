// Where Debian keeps the public authorities: what curl and openssl believe when they are not told.

export const defaultAuthorities = "/etc/ssl/certs/ca-certificates.crt";
export const defaultAuthoritiesFolder = "/etc/ssl/certs";
