/**
 * A certificate that nobody has signed but itself, for 127.0.0.1, made for this folder alone: the key guards nothing.
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=fault.test`
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwJ3FrpXkgaiOleus
8dgStxyg1l1zD1BbQRgBHDf2peChRANCAAQUQWg0aZ4CUtSPkOLWk1YgrLwLQ8u1
dvnwRypUbdU+a2WhLrC05I+0sDGKI5LWyI7LJ9fAf1xlLqR0+emVMoNH
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBkjCCATigAwIBAgIUTVLczsZA8fY/5GotHBhFLZawkLYwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKZmF1bHQudGVzdDAgFw0yNjExMjMwMzQ0NDdaGA8yMTI2MTAz
MDAzNDQ0N1owFTETMBEGA1UEAwwKZmF1bHQudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABBRBaDRpngJS1I+Q4taTViCsvAtDy7V2+fBHKlRt1T5rZaEusLTk
j7SwMYojktbIjssn18B/XGUupHT56ZUyg0ejZDBiMB0GA1UdDgQWBBTsy++pdDWC
B4U7LsqIXPyRITvSDTAfBgNVHSMEGDAWgBTsy++pdDWCB4U7LsqIXPyRITvSDTAP
BgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaHBH8AAAEwCgYIKoZIzj0EAwIDSAAw
RQIhAP4XzEtvOBEJimfO5UUUJyjQoMDkn1FoLHKqb/UNLK84AiBJxoCgwu3LSQUV
oIOo7YzGZmlV66crbgR87SyHw9PCVA==
-----END CERTIFICATE-----`,
};
