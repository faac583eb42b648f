#!/usr/bin/env bash
# Installs the OpenID Connect provider with which the tests sign in; `make setup` comes before.
# Where that fails it says so and ends well: those tests then skip, with the reason.
set -uo pipefail

# In an environment of its own: with werkzeug beside it, TensorFlow logs warnings.
provider=oidc-provider-mock==0.3.4
folder=.venv/oidc-provider
if [ "$(cat $folder/.installed 2>/dev/null)" != "$provider" ]; then
    echo "==> installing for the tests of signing in: $provider"
    if .venv/bin/python -m venv $folder &&
        $folder/bin/python -m pip install --quiet --disable-pip-version-check "$provider"; then
        echo "$provider" > $folder/.installed
    else
        echo "Could not install $provider: the tests of signing in through a provider will skip."
    fi
fi
exit 0
