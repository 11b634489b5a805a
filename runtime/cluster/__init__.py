"""The machines that looks are spread over: who may join, what is sent to them, and what is believed of their answers."""
