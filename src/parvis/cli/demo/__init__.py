"""`parvis demo`: a believable bilingual population, brought in through the domain's own commands.

`words` is what people say, `people` who they are, `script` who does what and when, `pictures` what
they show, `fill` tells it all to a network; `command` is the terminal's side.
"""
