"""Roll call (打卡): the projector's code, phones, witnesses."""
