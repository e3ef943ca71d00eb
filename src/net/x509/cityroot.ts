// The city registry's root certificate (registry.ts makes it; a test holds both equal), ready to
// be put into a laptop's trust store without loading what makes certificates.

export const cityRootPem =
  "-----BEGIN CERTIFICATE-----\n" +
  "MIIB6zCCAZGgAwIBAgIQWPtQIsq2undZIMxAb3YdrjAKBggqhkjOPQQDAjBFMQsw\n" +
  "CQYDVQQGEwJHSTEWMBQGA1UECgwNQ2l0eSBSZWdpc3RyeTEeMBwGA1UEAwwVQ2l0\n" +
  "eSBSZWdpc3RyeSBSb290IFgxMB4XDTIwMDEwMTAwMDAwMFoXDTQ1MDEwMTAwMDAw\n" +
  "MFowRTELMAkGA1UEBhMCR0kxFjAUBgNVBAoMDUNpdHkgUmVnaXN0cnkxHjAcBgNV\n" +
  "BAMMFUNpdHkgUmVnaXN0cnkgUm9vdCBYMTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n" +
  "A0IABO0lHHPMJzGgAsZvDVMt+QRHsOV8dOau74BRTN2dg6TS4I3hkXKuITXBv87k\n" +
  "IUwdyBia5xqGK1aBac3rPjQz046jYzBhMB0GA1UdDgQWBBTHQiLg6ee4YJcYCeKv\n" +
  "kByfAzajEDAfBgNVHSMEGDAWgBTHQiLg6ee4YJcYCeKvkByfAzajEDAPBgNVHRMB\n" +
  "Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiEA3czG\n" +
  "pGS6NtGsfMQS/ZDYYvsfBbqrKe/VpteNM4S/Qc8CIA2VbDiJ9Jj5zsJCD6rHXDCm\n" +
  "jqvtcrhEIKtNyDpoUb5C\n" +
  "-----END CERTIFICATE-----\n";
