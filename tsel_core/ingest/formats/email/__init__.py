"""Messages (.eml, .msg) with their attachments and alternatives."""
