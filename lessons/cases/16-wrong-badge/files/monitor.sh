# Asks every minute whether the front office is there.
curl -sS -H 'Host: front.example.com' https://203.0.113.10/
