"""Our components of the Rasa pipeline; `config.yml` names them."""
