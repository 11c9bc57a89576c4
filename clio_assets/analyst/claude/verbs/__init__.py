"""One module a verb: what is asked, the form of the reply, and how it is read."""
