// Nothing but the name of a target.
