def text(error, worker):
    return str(error)
