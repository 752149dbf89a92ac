# The program `copyscope`: build/copyscope, with the page inside.
B ?= build
SERVER_DIR := server
SERVER_SRCS := $(filter-out $(SERVER_DIR)/embed.c,$(wildcard $(SERVER_DIR)/*.c))
SERVER_OBJS := $(SERVER_SRCS:$(SERVER_DIR)/%.c=$(B)/server/%.o)
SERVER_LIBS := -lcivetweb -lcjson -lseccomp -lpthread -lz -lcrypto -lqrencode -lstdc++ -lm
PARTS += $(B)/copyscope $(if $(SANITIZE),,$(B)/copyscope.1 $(B)/copyscope.bash)

$(B)/server/%.o: $(SERVER_DIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -iquote hw/sim $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/server/embed: $(SERVER_DIR)/embed.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $< $(LDFLAGS) -o $@

$(B)/web_assets.c: $(B)/server/embed $(B)/web/index.html
	$(B)/server/embed $(B)/web > $@

$(B)/web_assets.o: $(B)/web_assets.c $(SERVER_DIR)/assets.h
	$(CC) $(CPPFLAGS) -iquote server $(CFLAGS) -c $< -o $@

$(B)/copyscope: $(SERVER_OBJS) $(B)/web_assets.o $(B)/libcstrace.a $(B)/hw/libcscam.a
	$(CC) $(LDFLAGS) $^ $(SERVER_LIBS) -o $@

# The manual page and the completion for bash, made from what the program says with --help.
$(B)/copyscope.1 $(B)/copyscope.bash: $(SERVER_DIR)/manual.py $(B)/copyscope $(VENV)/.copyscope
	$(VENV)/bin/python $< $(B)/copyscope $(if $(filter %.1,$@),man,bash) > $@

.PHONY: man
man: $(B)/copyscope.1 ## show the manual page
	@man -l $<
