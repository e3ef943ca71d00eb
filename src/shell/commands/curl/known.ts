// Every option that a real curl knows: a long name, "/" and its letter, "=" when it takes a value.
// What options.ts does not honour is refused as "not in this hotel"; a name that is not in this
// list is refused as curl refuses it.

/** For the words behind an option's name: what it is about. */
const groups: Readonly<Record<string, string>> = {
  "other protocols than HTTP":
    "append/a crlf delegation= disable-eprt disable-epsv eprt epsv ftp-account= " +
    "ftp-alternative-to-user= ftp-create-dirs ftp-method= ftp-pasv ftp-port/P= ftp-pret " +
    "ftp-skip-pasv-ip ftp-ssl ftp-ssl-ccc ftp-ssl-ccc-mode= ftp-ssl-control ftp-ssl-reqd " +
    "hostpubmd5= hostpubsha256= ipfs-gateway= krb= krb4= list-only/l login-options= mail-auth= " +
    "mail-from= mail-rcpt= mail-rcpt-allowfails pass= pubkey= quote/Q= sasl-authzid= sasl-ir " +
    "service-name= telnet-option/t= tftp-blksize= tftp-no-options use-ascii/B compressed-ssh " +
    "knownhosts= upload-flags=",
  proxies:
    "haproxy-clientip= haproxy-protocol noproxy= preproxy= proxy/x= proxy-anyauth proxy-basic " +
    "proxy-ca-native proxy-cacert= proxy-capath= proxy-cert= proxy-cert-type= proxy-ciphers= " +
    "proxy-crlfile= proxy-digest proxy-header= proxy-http2 proxy-insecure proxy-key= " +
    "proxy-key-type= proxy-negotiate proxy-ntlm proxy-pass= proxy-pinnedpubkey= " +
    "proxy-service-name= proxy-ssl-allow-beast proxy-ssl-auto-client-cert " +
    "proxy-tls13-ciphers= proxy-tlsauthtype= proxy-tlspassword= proxy-tlsuser= proxy-tlsv1 " +
    "proxy-user/U= proxy1.0= proxytunnel/p socks4= socks4a= socks5= socks5-basic socks5-gssapi " +
    "socks5-gssapi-nec socks5-gssapi-service= socks5-hostname= suppress-connect-headers",
  "other versions of HTTP":
    "alt-svc= http0.9 http2 http2-prior-knowledge http3 http3-only hsts= tr-encoding raw " +
    "ignore-content-length",
  "this part of TLS":
    "ca-native cert-status cert-type= ciphers= crlfile= curves= dump-ca-embed ech= " +
    "egd-file= engine= false-start key-type= pinnedpubkey= random-file= sigalgs= " +
    "ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort " +
    "ssl-sessions= sslv2/2 sslv3/3 tls-earlydata tls13-ciphers= tlsauthtype= tlspassword= " +
    "tlsuser=",
  "other ways to log in":
    "anyauth aws-sigv4= digest negotiate netrc/n netrc-file= netrc-optional ntlm ntlm-wb " +
    "disallow-username-in-url",
  "sockets and name servers of a real machine":
    "abstract-unix-socket= dns-interface= dns-ipv4-addr= dns-ipv6-addr= dns-servers= " +
    "doh-cert-status doh-insecure doh-url= happy-eyeballs-timeout-ms= interface= ip-tos= ipv6/6 " +
    "local-port= mptcp unix-socket= vlan-priority=",
  this:
    "compressed config/K= continue-at/C= create-file-mode= etag-compare= etag-save= follow " +
    "form/F= form-escape form-string= libcurl= limit-rate= manual/M max-filesize= metalink next/: " +
    "out-null parallel/Z parallel-immediate parallel-max= parallel-max-host= proto= " +
    "proto-default= proto-redir= rate= remote-header-name/J remote-time/R remove-on-error " +
    "skip-existing speed-limit/Y= speed-time/y= stderr= time-cond/z= trace= trace-ascii= " +
    "trace-config= trace-ids trace-time upload-file/T= variable= xattr clobber",
};

export interface KnownOption {
  readonly name: string;
  readonly letter: string | undefined;
  readonly takesValue: boolean;
  /** What it is about, for the sentence that says it is not here. */
  readonly about: string;
}

/** The options that only a real curl has. */
export const absentOptions: readonly KnownOption[] = Object.entries(groups).flatMap(
  ([about, names]) => names.split(" ").map((word) => knownOption(word, about)),
);

/** "data/d=" taken apart. */
export function knownOption(word: string, about = ""): KnownOption {
  const takesValue = word.endsWith("=");
  const [name = "", letter] = (takesValue ? word.slice(0, -1) : word).split("/");
  return { name, letter, takesValue, about };
}
